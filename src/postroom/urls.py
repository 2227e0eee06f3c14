"""All addresses."""
urlpatterns: list = []
