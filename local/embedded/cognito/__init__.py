"""Completes MiniStack's Cognito user pools: rules of requests and attributes, verification, challenges, settings.

MiniStack 1.5.33 runs each action as a function of its module, after it has checked tokens and secrets. The modules of
this package wrap these functions; each lists those that it uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.embedded.cognito.attributes import AttributeRules
from local.embedded.cognito.challenges import Challenges
from local.embedded.cognito.claims import Claims
from local.embedded.cognito.requests import RequestChecks
from local.embedded.cognito.rotation import Rotation
from local.embedded.cognito.settings import PoolSettings
from local.embedded.cognito.signing_keys import SigningKeys
from local.embedded.cognito.signing_out import SigningOut
from local.embedded.cognito.unsupported import UnsupportedByCognito
from local.embedded.cognito.usernames import Usernames
from local.embedded.cognito.verification import Verification

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator


def complete_user_pools(emulator: Emulator) -> None:
    """Complete Cognito; call it once per process.

    Raises:
        NotWrittenError: the key that all pools share could not be written.
    """
    SigningKeys(emulator)
    Usernames(emulator)
    AttributeRules(emulator)
    Verification(emulator)
    Claims(emulator)
    Challenges(emulator)
    PoolSettings(emulator)
    Rotation(emulator)
    SigningOut(emulator)
    UnsupportedByCognito(emulator)
    RequestChecks(emulator)
