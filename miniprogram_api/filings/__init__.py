"""Filing of the service contract and the project leader, from submission to the end of the contract. Carries EST-04."""
