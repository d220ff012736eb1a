"""Keys and certificates of those who sign, and the seals of units."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import id_column, moment


class SigningKey(SQLModel, table=True):
    """The certificate of a person or of a unit's seal, with the key where it is kept here. Rows are ended, never removed."""

    __tablename__ = 'signing_key'

    id: str = id_column()
    account_id: str | None = Field(default=None, foreign_key='account.id', index=True)
    """Whose it is; of a seal, nobody's."""
    unit_id: str | None = Field(default=None, foreign_key='unit.id', index=True)
    """The unit whose seal it is."""
    pkcs12_sealed: str | None = None
    """PKCS#12 under the holder's PIN, sealed once more. None: the key is in a token or a telephone, or was removed."""
    pin_sealed: str | None = None
    """The PIN of a seal that its unit lets the service set without anybody, sealed. None: only who knows the PIN seals."""
    picture_sealed: str | None = None
    """What the signature, or the seal, shows on a page: PNG in base64, sealed."""
    certificate: str
    """DER in base64."""
    fingerprint: str = Field(index=True, max_length=64)
    """SHA-256 of the certificate."""
    valid_from: datetime = moment()
    valid_to: datetime = moment()
    added_at: datetime = moment()
    added_by_id: str | None = Field(default=None, foreign_key='account.id')
    removed_at: datetime | None = moment(nullable=True)
