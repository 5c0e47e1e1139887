"""The parts of the terminal view, from its head to the gate's verdict."""
