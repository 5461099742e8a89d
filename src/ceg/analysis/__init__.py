"""The estimator applied to the evidence under assumptions: what a chapter opens."""
