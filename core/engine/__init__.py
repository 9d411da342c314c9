"""The engine: PyTorch in a folder of its own, for set-ups that come without it. Light: knows no torch.

<home>/engine/
  wheels/           what was fetched; kept, so that a repair needs no network
  torch.new/        being put together
  torch/            in use: packages to import from, and READY.json, which was written last
"""
