"""Compute-equivalent gains of post-training enhancements, from primary data.

``ceg.open()`` gives the evidence under the assumptions of ``data/``. What a researcher types is listed in
``__init__.pyi`` beside this file and loads when it is first used; the folders hold the rest.
"""

import lazy_loader

_loaded, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    try:
        return _loaded(name)
    except ModuleNotFoundError as error:
        from ceg.evidence.problems import absent

        error.add_note(f"fix: {absent(error.name or '').fix}")
        raise
