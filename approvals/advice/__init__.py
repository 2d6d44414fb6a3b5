"""Advice before application (前期审核和协调): a bureau looks at a draft line and answers, on
record and outside any clock."""
