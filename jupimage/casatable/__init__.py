"""Bytes of casacore tables.

Knows nothing of images: folders, columns, keywords, numpy arrays.
"""

from jupimage.casatable.aipsio import AipsReader, AipsWriter
from jupimage.casatable.datatype import TYPES, DataType
from jupimage.casatable.folderfile import file_size, read_file, replace_file
from jupimage.casatable.info import TableInfo, read_info, write_info
from jupimage.casatable.opentable import OpenTable, is_table_open, is_table_used_elsewhere
from jupimage.casatable.records import read_record, write_record
from jupimage.casatable.rowcount import count_rows
from jupimage.casatable.standard import read_columns
from jupimage.casatable.standardfiles import StandardFiles, standard_files
from jupimage.casatable.standardwriting import write_standard_table
from jupimage.casatable.sync import (
    Sync,
    lock_bytes,
    parse_sync,
    request_bytes,
    request_list,
    sync_bytes,
)
from jupimage.casatable.table import parse_table, read_table, table_bytes, write_table
from jupimage.casatable.tabledata import Column, Manager, TableData
from jupimage.casatable.tablename import TableName

__all__ = [
    "TYPES",
    "AipsReader",
    "AipsWriter",
    "Column",
    "DataType",
    "Manager",
    "OpenTable",
    "StandardFiles",
    "Sync",
    "TableData",
    "TableInfo",
    "TableName",
    "count_rows",
    "file_size",
    "is_table_open",
    "is_table_used_elsewhere",
    "lock_bytes",
    "parse_sync",
    "parse_table",
    "read_columns",
    "read_file",
    "read_info",
    "read_record",
    "read_table",
    "replace_file",
    "request_bytes",
    "request_list",
    "standard_files",
    "sync_bytes",
    "table_bytes",
    "write_info",
    "write_record",
    "write_standard_table",
    "write_table",
]
