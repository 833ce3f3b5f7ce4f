"""What an editor shows and changes, before any protocol; the two servers, `lsp/` and `pylsp.py`, put it into words.

* `draft.py` is a text as it stands in an editor: its findings, and the edits that fix or silence them;
* `sheets.py` are the documents it is made of (a file, or the cells of a notebook), and positions as editors count
  them;
* `edits.py` gives the smallest edits between two texts;
* `actions.py` is what may be offered; its edits are worked out when somebody asks for them;
* `half_typed.py` makes a text readable of which a line is being typed; `magics.py` masks what is no Python in a
  notebook;
* `silence.py` knows where a `# noqa` comment has to stand; `pages.py` is a rule as Markdown;
* `projects.py` finds the flake8 configuration that a file has, and reads it again when it changes.
"""
