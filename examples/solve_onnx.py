"""Solves a Sudoku with an exported model: python solve_onnx.py sudoku-6x6.onnx ..1..5...42..32...6..........2..6.4.

pip install onnxruntime numpy; trm export sudoku-6x6 --format onnx --out sudoku-6x6.onnx
"""

import json
import sys

import numpy as np
import onnxruntime as ort

session = ort.InferenceSession(sys.argv[1])
about = session.get_modelmeta().custom_metadata_map
puzzle, steps = json.loads(about["puzzle"]), int(about["supervision_steps"])  # more steps: think longer
tokens = np.array([[1 + (0 if cell in ".0" else int(cell)) for cell in sys.argv[2]]], np.int32)  # [B, S]
inputs = {"tokens": tokens, "puzzle_ids": np.zeros(1, np.int32), "steps": np.array(steps)}
answer, halting = session.run(["answer", "halting"], inputs)
for row in (answer.reshape(puzzle["size"], -1) - 1).tolist():
    print(*row)
print(f"halting probability {halting[0]:.3f}")
