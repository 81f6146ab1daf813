"""The extensions, unbound; `create_app` binds them."""

from __future__ import annotations

from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager
from flask_mail import Mail
from flask_wtf import CSRFProtect

from feedback_app.web.database import RequestDatabase
from feedback_app.web.limits import limiter

__all__ = ["babel", "compress", "csrf", "db", "limiter", "login_manager", "mail"]

babel = Babel()
compress = Compress()
csrf = CSRFProtect()
db = RequestDatabase()
login_manager = LoginManager()
mail = Mail()
