"""What stands between the network and NiceGUI: body limits, headers, origins, the gate, and the guard of its socket."""
