"""Administrative procedures as versioned data: their shape, conditions, how answers are checked, how they load."""
