"""Time stamps over signatures, from the authority that stamps the anchors of the audit. Source: RFC 3161."""

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from app.audit.stamp import NotStamped, answered
from app.settings import Settings

__all__ = ['NotStamped', 'Stamper']


class Stamper(TimeStamper):
    """Asks the authority of the settings; only an answer that holds under its own roots is taken."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the answer. Raises NotStamped."""
        digest, nonce = req['message_imprint']['hashed_message'].native, req['nonce'].native
        answer, _ = await answered(self._settings, req.dump(), digest, nonce)
        return tsp.TimeStampResp.load(answer)
