"""Names and telephones of those on duty at the one-stop desk, public by law; an administrator of the unit keeps them true."""
