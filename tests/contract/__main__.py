"""Write the contract that is committed: ``make contract``."""

from tests.contract.committed import COMMITTED, generated

COMMITTED.write_text(generated(), encoding="utf-8")
print(f"Written: {COMMITTED.name}")
