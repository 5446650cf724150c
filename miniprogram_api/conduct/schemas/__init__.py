"""What people send and see of committee members' conduct."""
