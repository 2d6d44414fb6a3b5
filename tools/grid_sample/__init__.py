"""A public grid as a sample: SimBench's, converted by `convert` and moved to Zigong.

The three files beside this are a database of their own under the Open Database License (`LICENSE`
here), not under the licence of the project. docs/grid-sample.md says how each value was come by.
"""
