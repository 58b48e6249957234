"""How the OpenAPI document tells who may call; imported when the app is ready, so that it registers itself."""

from drf_spectacular.contrib.django_oauth_toolkit import DjangoOAuthToolkitScheme
from drf_spectacular.openapi import AutoSchema

from accounts.api.authentication import HasScope


class ClientAuthenticationScheme(DjangoOAuthToolkitScheme):  # type: ignore[no-untyped-call]  # registers itself
    """The OpenAPI document names the scope that each operation asks for."""

    target_class = "accounts.api.authentication.ClientAuthentication"

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        asked = [each for each in auto_schema.view.get_permissions() if isinstance(each, HasScope)]
        return {self.name: [each.scope_for(auto_schema.method) for each in asked]}
