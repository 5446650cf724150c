"""The layers' recipe: what is in requirements.txt reaches Lambda, whole, compiled by the right Python."""

from __future__ import annotations

import re
import shutil
from importlib.metadata import requires
from pathlib import Path

import botocore.loaders
import botocore.session
import pytest
from packaging.requirements import Requirement

from infra import byte_code
from layers import botocore_data, build


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_what_the_recipe_names_is_required() -> None:
    required = build.read_requirements(build.REQUIREMENTS)
    assert set(required) >= build.IMAGING | build.NOT_DEPLOYED


def test_every_package_is_pinned_exactly() -> None:
    for name, line in build.read_requirements(build.REQUIREMENTS).items():
        assert re.fullmatch(r"[\w.\-\[\]]+==[\w.]+", line), name


def test_nothing_deployed_lacks_a_package_it_needs() -> None:
    required = build.read_requirements(build.REQUIREMENTS)
    deployed = set(required) - build.NOT_DEPLOYED
    lambda_s = {"python_version": "3.13", "python_full_version": "3.13.0", "sys_platform": "linux", "extra": ""}
    for name in deployed - {"zappa"}:
        needs = [Requirement(text) for text in requires(name) or []]
        missing = {plain(need.name) for need in needs if not need.marker or need.marker.evaluate(lambda_s)} - deployed
        assert not missing, f"{name} needs {missing}"


def test_requirements_are_read_by_plain_name(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("# words\n--index-url x\n\nFlask==3.1.3  # why\nwechatpy[crypto]==1.8.18\ntyping_extensions>=4\n")
    assert build.read_requirements(path) == {
        "flask": "Flask==3.1.3",
        "wechatpy": "wechatpy[crypto]==1.8.18",
        "typing-extensions": "typing_extensions>=4",
    }


def test_without_lambda_s_python_building_is_refused_in_one_plain_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(byte_code, "SPELLED", "3.99")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(byte_code.NoLambdaPython, match=r"Lambda runs Python 3\.99, .* install it"):
        byte_code.lambda_python()


def test_botocore_signs_and_addresses_with_what_is_left_of_its_descriptions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stand_in in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_LAMBDA"):
        monkeypatch.delenv(stand_in, raising=False)
    whole = Path(botocore.__file__).parent / "data"
    for entry in whole.iterdir():
        if entry.is_file():
            shutil.copy(entry, tmp_path)
        elif entry.name in botocore_data.OPERATIONS:
            shutil.copytree(entry, tmp_path / entry.name)
    botocore_data.slim(tmp_path)
    session = botocore.session.get_session()
    loader = botocore.loaders.Loader(extra_search_paths=[str(tmp_path)], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    session.set_credentials("key", "secret")
    for service, operations in botocore_data.OPERATIONS.items():
        client = session.create_client(service, region_name="cn-north-1")
        assert client.meta.endpoint_url.endswith(".amazonaws.com.cn")
        assert set(client.meta.method_to_api_mapping.values()) == operations
    s3 = session.create_client("s3", region_name="cn-north-1")
    assert s3.generate_presigned_post(Bucket="uploads", Key="k")["url"].endswith(".cn-north-1.amazonaws.com.cn/")
    assert "X-Amz-Signature" in s3.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"})
