"""A plug-in of mypy: ``Dossier.status`` is a column, ``dossier.status`` is its value.

SQLModel's annotations speak of the value alone, so that without this mypy takes ``Dossier.status == x`` in a query for a
comparison that gives a bool.
"""

from collections.abc import Callable

from mypy.nodes import TypeInfo, Var
from mypy.plugin import AttributeContext, FunctionContext, Plugin
from mypy.types import Instance, Type

SQLMODEL = 'sqlmodel.main.SQLModel'
COL = 'sqlmodel.sql.expression.col'
COLUMN = 'sqlalchemy.orm.attributes.InstrumentedAttribute'


class Columns(Plugin):
    """Looks at each access to an attribute of a class."""

    def get_class_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Choose the fields of SQLModel's classes."""
        owner, _, name = fullname.rpartition('.')
        found = self.lookup_fully_qualified(owner)
        if found is None or not isinstance(found.node, TypeInfo) or name.startswith('_'):
            return None
        field = found.node.names.get(name)
        is_field = field is not None and isinstance(field.node, Var) and not field.node.is_classvar
        return self.as_column if is_field and found.node.has_base(SQLMODEL) else None

    def as_column(self, context: AttributeContext) -> Type:
        """Give the type of a column that holds the annotated type."""
        column = self.lookup_fully_qualified(COLUMN)
        if column is None or not isinstance(column.node, TypeInfo):
            return context.default_attr_type
        return Instance(column.node, [context.default_attr_type])

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Choose ``col``, which has nothing left to do."""
        return as_it_came if fullname == COL else None


def as_it_came(context: FunctionContext) -> Type:
    """Give ``col(Dossier.status)`` the type of ``Dossier.status``."""
    return context.arg_types[0][0]


def plugin(_version: str) -> type[Plugin]:
    """Mypy's entry."""
    return Columns
