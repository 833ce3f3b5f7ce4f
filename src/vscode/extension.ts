// Starts `flake8-aiohttp server`, and lets the user reach its commands.

import * as vscode from "vscode";
import { ExecuteCommandRequest, LanguageClient, LanguageClientOptions } from "vscode-languageclient/node";

const NAME = "flake8-aiohttp";
let client: LanguageClient | undefined;

function command(): string[] {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const words = vscode.workspace.getConfiguration(NAME).get<string[]>("command", []);
  return words.map((word) => word.replaceAll("${workspaceFolder}", folder));
}

async function start(): Promise<void> {
  const [program, ...words] = command();
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "python" },
      { scheme: "untitled", language: "python" },
      { notebook: "*", language: "python" },
    ],
    initializationOptions: vscode.workspace.getConfiguration(NAME),
    synchronize: { configurationSection: NAME },
  };
  client = new LanguageClient(NAME, { command: program, args: words }, options);
  try {
    await client.start();
  } catch (error) {
    const how = `\`pip install flake8-aiohttp\`, or set "${NAME}.command"`;
    void vscode.window.showErrorMessage(`${program} does not start: ${how}. (${error})`);
  }
}

async function ask(name: string, argument: string): Promise<string | null> {
  return (await client?.sendRequest(ExecuteCommandRequest.type, { command: name, arguments: [argument] })) ?? null;
}

async function fixDocument(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document) {
    await ask(`${NAME}.fixAll`, document.uri.toString());
  }
}

// The rule under the cursor is proposed.
async function explainRule(code?: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const here = editor ? vscode.languages.getDiagnostics(editor.document.uri) : [];
  const found = here.find((each) => each.source === NAME && editor && each.range.contains(editor.selection.active));
  const proposed = typeof found?.code === "object" ? String(found.code.value) : String(found?.code ?? "AIO101");
  const chosen = code ?? (await vscode.window.showInputBox({ prompt: "Code of the rule", value: proposed }));
  if (chosen) {
    const content = await ask(`${NAME}.explain`, chosen);
    const page = await vscode.workspace.openTextDocument({ language: "markdown", content: content ?? "" });
    await vscode.commands.executeCommand("markdown.showPreview", page.uri);
  }
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand(`${NAME}.fixDocument`, fixDocument),
    vscode.commands.registerCommand(`${NAME}.explainRule`, explainRule),
    vscode.commands.registerCommand(`${NAME}.restart`, async () => {
      await client?.stop();
      await start();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
