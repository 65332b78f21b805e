"""Blobs in an S3-compatible object store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError, HTTPClientError

from heatwake.settings import Settings
from storage.blobs import BlobCorrupt, BlobMissing
from storage.blobs.counted import CountedSize
from storage.blobs.keys import checked, checked_prefix

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING: Final = frozenset({"NoSuchKey", "404", "NotFound"})
_AT_ONCE: Final = 1000  # objects that one delete request may name


class BlobsUnavailable(OSError):
    """The object store can't be reached or does not take the request; the text names it and says why."""


class S3Blobs:
    """The promises of `storage.blobs.BlobStore`; the bucket is made at the first call if it is missing.

    Each object carries a checksum that the client computes, the store verifies and `get` verifies again. A request is
    repeated up to `attempts` times: all of them may be.
    """

    def __init__(self, settings: Settings, connect_s: float = 2.0, answer_s: float = 10.0, attempts: int = 4) -> None:
        self._bucket = settings.blobs.bucket
        self._endpoint = settings.s3_endpoint
        self._region = settings.blobs.region
        self._ready = False
        self._counted = CountedSize(lambda: self.list(""))
        # A session of its own: the default one may not be shared by threads while clients are made.
        self._client: S3Client = boto3.session.Session().client(
            "s3",
            endpoint_url=self._endpoint,
            region_name=self._region,
            aws_access_key_id=settings.blobs.access_key_id,
            aws_secret_access_key=settings.blobs.secret_access_key,
            config=Config(
                connect_timeout=connect_s,
                read_timeout=answer_s,
                retries={"mode": "standard", "total_max_attempts": attempts},
                max_pool_connections=32,
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_supported",
                response_checksum_validation="when_supported",
            ),
        )

    @contextmanager
    def _reaching(self, key: str = "") -> Iterator[S3Client]:
        """The client with its errors as ours; the bucket is there."""
        try:
            if not self._ready:
                self._make_bucket()
            yield self._client
        except FlexibleChecksumError as error:
            raise BlobCorrupt(f"{key}: {error}") from error
        except ClientError as error:
            if key and error.response.get("Error", {}).get("Code") in _MISSING:
                raise BlobMissing(key) from None
            raise BlobsUnavailable(f"S3 at {self._endpoint}, bucket {self._bucket}: {error}") from error
        except (BotoCoreError, HTTPClientError) as error:
            raise BlobsUnavailable(f"S3 at {self._endpoint}: {error}") from error

    def _make_bucket(self) -> None:
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _MISSING | {"NoSuchBucket"}:
                raise
            self._create_bucket()
        self._ready = True

    def _create_bucket(self) -> None:
        try:
            if self._region == "us-east-1":  # the one region that may not be named
                self._client.create_bucket(Bucket=self._bucket)
            else:
                self._client.create_bucket(
                    Bucket=self._bucket,
                    CreateBucketConfiguration={"LocationConstraint": self._region},  # type: ignore[typeddict-item]
                )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise

    def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        """Store `data` with its content type and checksum."""
        checked(key)
        with self._reaching() as client:
            client.put_object(
                Bucket=self._bucket, Key=key, Body=data, ContentType=content_type, ChecksumAlgorithm="CRC32"
            )

    def get(self, key: str) -> bytes:
        """The whole blob, checked."""
        checked(key)
        with self._reaching(key) as client:
            return client.get_object(Bucket=self._bucket, Key=key, ChecksumMode="ENABLED")["Body"].read()

    def range(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`; a part is not checked, the checksum is of the whole."""
        if start < 0 or length < 0:
            raise ValueError(f"no range of a blob: {length} bytes from {start}")
        checked(key)
        with self._reaching(key) as client:
            if length:
                try:
                    part = client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={start}-{start + length - 1}")
                    return part["Body"].read()
                except ClientError as error:
                    if error.response.get("Error", {}).get("Code") not in ("InvalidRange", "416"):
                        raise
            client.head_object(Bucket=self._bucket, Key=key)
        return b""

    def list(self, prefix: str) -> Iterator[tuple[str, int]]:
        """(key, bytes) in key order, a thousand a request."""
        checked_prefix(prefix)
        return self._list(prefix)

    def _list(self, prefix: str) -> Iterator[tuple[str, int]]:
        with self._reaching() as client:
            for page in client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                for item in page.get("Contents", []):
                    yield item["Key"], item["Size"]

    def delete(self, keys: Iterable[str]) -> None:
        """Remove these, a thousand a request. Raises BlobsUnavailable if the store keeps one."""
        rest = iter([checked(key) for key in keys])
        while batch := [*islice(rest, _AT_ONCE)]:
            with self._reaching() as client:
                told = client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True}
                )
            kept = [error for error in told.get("Errors", []) if error.get("Code") not in _MISSING]
            if kept:
                raise BlobsUnavailable(f"S3 at {self._endpoint} did not delete {kept[0].get('Key')}: {kept[0]}")

    def presign(self, key: str, seconds: int) -> str | None:
        """An address that gives the blob to whoever has it, for `seconds`."""
        checked(key)
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=seconds
        )

    def check(self) -> None:
        """Raise BlobsUnavailable if the store can't be reached or the bucket is not to be had."""
        self._ready = False
        with self._reaching():
            pass

    def size(self) -> tuple[int, int]:
        """(blobs, bytes); counted anew when the last count is older than a hundred times what it took."""
        return self._counted()
