from agencies.models.agency import Agency, AgencyGroup, BureauName, Level
from agencies.models.fact import Channel, Fact
from agencies.models.form_receipt import FormReceipt
from agencies.models.membership import Membership, Role
from agencies.models.mine_free import MineFreeDeclaration
from agencies.models.user import User

__all__ = [
    "Agency",
    "AgencyGroup",
    "BureauName",
    "Channel",
    "Fact",
    "FormReceipt",
    "Level",
    "Membership",
    "MineFreeDeclaration",
    "Role",
    "User",
]
