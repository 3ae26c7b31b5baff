"""What the hot paths cost (``make bench``): CPU, statements and throughput of one small production, printed as a table.

Figures, not tests: nothing here fails because a machine is slow. It does fail when an answer is wrong, for a wrong answer's
figure means nothing. docs/performance.md says how to read them.
"""
