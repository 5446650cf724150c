"""The deployment proved on one machine: the stack that CloudFormation makes, and the functions as Lambda starts them."""
