// node vscode.mjs ADDRESS FOLDER PICTURES: in VS Code at ADDRESS, which has our extension, looks at FOLDER/weather.py:
// a squiggle, a hover, a quick fix, all fixes. Leaves a picture of each, and the file as it has become.
import { chromium } from "playwright-core";

const [, , address, folder, pictures] = process.argv;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1100, height: 620 } });
page.setDefaultTimeout(120_000);

async function picture(name) {
  await page.screenshot({ path: `${pictures}/${name}.png` });
}

async function said(selector, text) {
  const found = page.locator(selector).filter({ hasText: text }).first();
  await found.waitFor();
  console.log(`${selector}: ${(await found.innerText()).split("\n")[0]}`);
}

await page.goto(`${address}/?folder=${folder}`).catch(async () => {
  await page.waitForTimeout(15_000); // the server is not up yet
  await page.goto(`${address}/?folder=${folder}`);
});
await page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: "weather.py" }).first().dblclick();
await page.locator(".squiggly-warning").first().waitFor();
console.log(`squiggles: ${await page.locator(".squiggly-warning").count()}`);
await picture("squiggle");

const place = await page.locator(".squiggly-warning").first().boundingBox();
const [x, y] = [place.x + place.width / 2, place.y + place.height / 2];
await page.mouse.move(x, y, { steps: 5 });
await said(".monaco-hover-content", "is never awaited");
await said(".monaco-hover-content", "body-not-awaited");
await picture("hover");

await page.keyboard.press("Escape");
await page.mouse.click(x, y);
await page.locator('[class*="lightbulb"]').first().waitFor({ state: "attached" });
await page.keyboard.press("Control+.");
await said(".action-widget .monaco-list-row", "AIO101: disable for this line");
await said(".action-widget .monaco-list-row", "AIO101: insert await");
await picture("quick-fix");
await page.keyboard.press("Enter");
await page.locator(".view-line").filter({ hasText: "await response.text()" }).waitFor();

await page.keyboard.press("F1");
await page.keyboard.type("flake8-aiohttp: Make all fixes");
await said(".quick-input-widget .monaco-list-row", "Make all fixes");
await page.keyboard.press("Enter");
await page.locator(".view-line").filter({ hasText: "(await response.json())" }).waitFor();
await page.keyboard.press("Control+s");
await page.locator(".tab.dirty").waitFor({ state: "detached" });
await picture("fixed");
await browser.close();
