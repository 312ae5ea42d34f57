"""One page for a board, from a customer database."""

from crmlab.evidence.board.report import BoardReport, board_report

__all__ = ["BoardReport", "board_report"]
