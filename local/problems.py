"""What can stand between a newcomer and a running house, said in one sentence with what to do."""


class CannotStart(Exception):
    """Something outside the code keeps the house from starting; the text is for the person at the terminal."""
