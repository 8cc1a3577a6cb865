"""Import-only stand-in for TensorFlow.

Rasa 3.6 imports TensorFlow when it starts, even if no component uses it. This package answers
those imports (names, base classes, decorators, annotations) and refuses every real use with a
clear error. It saves 1.6 GB of disk, 0.8 GB of memory and most of the start-up time
(docs/decisions/0001-runtime.md has the figures). It must never share an environment with the
real TensorFlow; ``make install`` puts it on the path with a one-line ``.pth`` file.
"""

import importlib.abc
import importlib.machinery
import sys
import types

__version__ = "2.12.0+standin"


def _refuse(name: str) -> None:
    raise RuntimeError(
        f"{name}: TensorFlow is not installed, only a stand-in for its imports. DIETClassifier, TEDPolicy, "
        "ResponseSelector and the like are not available; see docs/decisions/0001-runtime.md."
    )


class _Meta(type):
    """Any attribute of a stand-in class is a stand-in class."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _make(f"{cls.__module__}.{cls.__qualname__}", name)

    def __instancecheck__(cls, instance: object) -> bool:
        return cls in type(instance).__mro__


class _Base(metaclass=_Meta):
    def __new__(cls, *args: object, **kwargs: object) -> object:
        if cls.__dict__.get("_stand_in"):
            # used as a decorator on a function, or as a maker of decorators: let it pass
            if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType):
                return args[0]
            if kwargs and not args:
                return lambda function: function
        _refuse(f"{cls.__module__}.{cls.__qualname__}")


def _make(module: str, name: str) -> type:
    return _Meta(name, (_Base,), {"__module__": module, "_stand_in": True})


class StandInModule(types.ModuleType):
    """A module any name of which can be imported."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.__name__}.{name}"
        value = sys.modules.get(full) or _make(self.__name__, name)
        setattr(self, name, value)
        return value


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every submodule of tensorflow and keras."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        root, _, rest = name.partition(".")
        # "experimental" is what other libraries probe to see whether TensorFlow really works
        if root in ("tensorflow", "keras") and rest and not rest.startswith("experimental"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> StandInModule:
        return StandInModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


if not any(type(finder).__name__ == "_Finder" for finder in sys.meta_path):
    sys.meta_path.append(_Finder())
sys.modules[__name__].__class__ = StandInModule
