"""How sure an estimate is: draws of what is uncertain, intervals, the probability of a lead."""
