"""From finding to corrected file; libcst lives here, and is imported only where something is to be fixed.

Read `apply.py` first: a file is fixed in rounds, each of which makes the fixes that do not overlap and looks again.

* `pieces.py` cuts out the functions that a round changes, since libcst is slow, and puts them back;
* `locate.py` is such a piece as libcst sees it (`Tree`), and what one fix will do to it (`Plan`);
* `rewrites.py` knows which function makes which kind of `rewrite.Rewrite`, and makes the plans of a round; these
  functions stand in `awaits.py`, `names.py`, `blocks.py`, `sessions.py` and `returns.py`. Each takes the tree, the
  span of the fix within it and the record of the change, gives a `Plan`, and raises `TimidError` where it is not
  sure: `refusal.py` lists the reasons;
* `verification.py` has the last word: a result that does not compile, or has a finding that was not there, is
  dropped;
* `diff.py` and `files.py` write the outcome: as a patch, or over the file, whole or not at all.
"""
