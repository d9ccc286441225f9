from taskflow import create_app

app = create_app()
