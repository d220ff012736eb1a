"""Administrative procedures as versioned data: their shape, their conditions, how answers are checked, how they load."""
