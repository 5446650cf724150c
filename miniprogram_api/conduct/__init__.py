"""委员履职: committee members sign before they act, report every year and are rated, and lose their rights by a case.

Carries VOT-13 and VOT-14, and of VOT-11 and VOT-12 what concerns sitting members.
"""
