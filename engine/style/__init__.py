"""How a customer wants one language written: told to the model, checked, mended where safe. Pure.

`Style` is the frozen value, `style_lines` what a model is told of it, `mended` a reply with all
mended that can be without asking; the gates of `engine.gates.style` report what is left.
"""

from engine.guide import Banned, Example, Style
from engine.style.fixes import Mended, Task, mended
from engine.style.prompt import style_lines

__all__ = ["Banned", "Example", "Mended", "Style", "Task", "mended", "style_lines"]
