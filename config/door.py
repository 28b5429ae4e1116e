"""How the libraries around the sign-in are set: part of the settings, read from nowhere else."""

from datetime import timedelta

# After five failures for a person an address is refused for a while; from elsewhere the person
# still comes in. What bounds guesses over many addresses or people: ACCOUNT_RATE_LIMITS' defaults.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "accounts.lockout.typed_address"
AXES_CLIENT_IP_CALLABLE = "accounts.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_out"
ACCOUNT_ADAPTER = "accounts.sign_in.HouseAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignUpForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
PASSWORD_RESET_TIMEOUT = 24 * 3600
MFA_ADAPTER = "accounts.second_factor.SecondFactor"
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
}
MFA_TOTP_ISSUER = "Interlinear"
# Clocks of telephones go wrong: a code of the half minute before or after is taken, once.
MFA_TOTP_TOLERANCE = 1
