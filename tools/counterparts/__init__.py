"""Counterparts of other people's systems, on loopback: for demonstrations, integrators and tests.

`python -m tools.counterparts NAME PORT FILE`; each module here is one, with `serving(port, file)`.
`POST /behaviour` says how the next requests are answered (`server.BEHAVIOURS`).
"""
