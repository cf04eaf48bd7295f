from importlib import resources

import anywidget
import traitlets

from kgen.explorer.session import Session

PAGE = resources.files("kgen.explorer").joinpath("page")


class Explorer(anywidget.AnyWidget):
    """The page of a ``Session`` in a notebook cell.

    The page's module asks the kernel instead of a server.

    Args:
        session: ``kgen.explorer.session.Session``.

    Example:
        >>> from kgen.explorer.session import Session
        >>> Explorer(Session.of("mnist", count=200))
    """

    _esm = PAGE.joinpath("explorer.js").read_text()
    _css = PAGE.joinpath("explorer.css").read_text()
    state = traitlets.Dict().tag(sync=True)
    latents = traitlets.Bytes().tag(sync=True)
    labels = traitlets.Bytes().tag(sync=True)
    sprite = traitlets.Bytes().tag(sync=True)

    def __init__(self, session: Session):
        arrays = {
            "latents": session.latents.tobytes(),
            "labels": session.labels.tobytes(),
        }
        super().__init__(state=session.state, sprite=session.sprite, **arrays)
        self.session = session
        self.on_msg(self._answer)

    def _answer(self, _, question, buffers):
        number = question["number"]
        try:
            answer, array = self._found(question)
        except ValueError as error:
            self.send({"number": number, "fault": str(error)})
            return
        self.send({"number": number, **answer}, [array.tobytes()])

    def _found(self, question):
        if "projection" in question:
            return {}, self.session.points(question["projection"])
        picture = self.session.decoded(
            question["z"], question["label"], question.get("explained", False)
        )
        height, width = picture.shape[:2]
        return {"width": width, "height": height}, picture
