import gc

gc.disable()  # nothing made while the program loads is rubbish; to look for it would be a tenth of the start
from taskflow.web.app import create_app  # noqa: E402

app = create_app()
gc.freeze()  # what has been loaded stays, and is not looked through again
gc.enable()
