"""The address people reach a stage under: there when the stage names one, and only then."""

from __future__ import annotations

from typing import Any

from tests.infrastructure.packaged import referred

Resources = dict[str, dict[str, Any]]
CONDITION = "HasCustomDomain"


def test_a_stage_without_a_domain_of_its_own_makes_none(template: dict[str, Any], resources: Resources) -> None:
    assert template["Conditions"][CONDITION] == {"Fn::Not": [{"Fn::Equals": ["", ""]}]}
    of_the_domain = {name for name, resource in resources.items() if resource.get("Condition") == CONDITION}
    assert of_the_domain == {"CustomDomain", "CustomDomainMapping"}
    assert template["Outputs"]["CustomDomainTarget"]["Condition"] == CONDITION


def test_the_domain_is_regional_encrypted_and_leads_to_the_api(resources: Resources) -> None:
    (settings,) = resources["CustomDomain"]["Properties"]["DomainNameConfigurations"]
    # Regional is all that China has; its certificate lies in the region too, in whichever partition that is.
    assert settings["CertificateArn"]["Fn::Sub"].startswith(
        "arn:${AWS::Partition}:acm:${AWS::Region}:${AWS::AccountId}:"
    )
    assert (settings["EndpointType"], settings["SecurityPolicy"]) == ("REGIONAL", "TLS_1_2")
    mapping = resources["CustomDomainMapping"]["Properties"]
    assert {name: referred(mapping[name]) for name in ("ApiId", "DomainName", "Stage")} == {
        "ApiId": "HttpApi",
        "DomainName": "CustomDomain",
        "Stage": "HttpApiStage",
    }
    # At the root: the addresses on printed cards have no path before theirs.
    assert "ApiMappingKey" not in mapping
