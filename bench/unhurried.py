"""The web server without the limit of changes that one socket may send in a second.

The peer has none: ten editors who may send 200 a second each cannot show whether the server answers ten times as many.
"""

from importlib import import_module

from sped import web

if __name__ == "__main__":
    web.main("bench.unhurried:application")
else:
    application = import_module("sped.asgi").application  # sets Django up: nothing of ours is read before
    vars(import_module("coediting.consumers"))["CHANGES_A_SECOND"] = 1_000_000
