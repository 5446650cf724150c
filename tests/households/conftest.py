from tests.identity.conftest import newcomer

__all__ = ["newcomer"]
