"""Write what is made from the operations and committed, the contract and the addresses: ``make contract``."""

from miniprogram_api.edge.addresses import KEPT
from tests.contract.committed import COMMITTED, generated, tree

COMMITTED.write_text(generated(), encoding="utf-8")
KEPT.write_text(tree(), encoding="utf-8")
print(f"Written: {COMMITTED.name}, {KEPT.name}")
