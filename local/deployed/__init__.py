"""The deployment, proved on one machine: the stack CloudFormation makes, and functions started as Lambda does."""
