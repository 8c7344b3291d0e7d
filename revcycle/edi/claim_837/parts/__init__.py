"""The parts of a claim that the three 837 guides share."""
