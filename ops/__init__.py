"""Starting and watching the servers of one machine: one module a job, templates of their configuration beside them.

`ops.up` and `ops.down` are what `bin/up` and `bin/down` run; the `heatwake` command may import the rest.
"""
