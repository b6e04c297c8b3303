# Gives a script its values and helpers, then becomes it: the script runs in this module.
#
# Descriptor 3 holds (name NUL value NUL)*: pairs without a name first, the nonce in base64, what only Bash needs, and
# the parameters; then the values.
import binascii
import builtins
import os
import sys


def encode(value):
    return binascii.b2a_base64(str(value).encode("utf-8", "surrogateescape"), newline=False).decode("ascii")


def decode(value):
    return binascii.a2b_base64(value).decode("utf-8", "surrogateescape")


def _stepwell_read():
    with open(3, "rb") as source:
        texts = [text.decode("utf-8", "surrogateescape") for text in source.read().split(b"\0")[:-1]]
    pairs = list(zip(texts[::2], texts[1::2]))
    unnamed = [value for name, value in pairs if not name]
    return unnamed[0], unnamed[2:], {name: value for name, value in pairs if name}


_stepwell_nonce, _stepwell_parameters, octopusvariables = _stepwell_read()


def _stepwell_opening(name):
    return "##octopus[" + name + (" nonce='" + _stepwell_nonce + "'" if _stepwell_nonce else "")


def _stepwell_message(kind, **attributes):
    written = "".join(" {}='{}'".format(key, encode(value)) for key, value in attributes.items())
    sys.stdout.write(_stepwell_opening(kind) + written + "]\n")
    sys.stdout.flush()


def _stepwell_write(level, message):
    closing = _stepwell_opening("stdout-default")
    sys.stdout.write("{}]\n{}\n{}]\n".format(_stepwell_opening("stdout-" + level), message, closing))
    sys.stdout.flush()


def get_octopusvariable(key):
    return octopusvariables.get(key, "")


def set_octopusvariable(name, value, sensitive=False):
    octopusvariables[name] = str(value)
    if sensitive:
        _stepwell_message("setVariable", name=name, value=value, sensitive="True")
    else:
        _stepwell_message("setVariable", name=name, value=value)


def createartifact(path, fileName=None):
    path = os.path.abspath(path)
    length = os.path.getsize(path) if os.path.isfile(path) else 0
    _stepwell_message("createArtifact", path=path, name=fileName or os.path.basename(path), length=length)


def updateprogress(progress, message=None):
    _stepwell_message("progress", percentage=progress, message="" if message is None else message)


def failstep(message=None):
    if message is not None:
        _stepwell_message("resultMessage", message=message)
    sys.exit(-1)


def printverbose(message):
    _stepwell_write("verbose", message)


def printhighlight(message):
    _stepwell_write("highlight", message)


def printwait(message):
    _stepwell_write("wait", message)


def printwarning(message):
    _stepwell_write("warning", message)


# Script modules have them too.
for _stepwell_helper in (
    "octopusvariables get_octopusvariable set_octopusvariable createartifact updateprogress failstep printverbose "
    "printhighlight printwait printwarning"
).split():
    setattr(builtins, _stepwell_helper, globals()[_stepwell_helper])


def _stepwell_module_that_fails(error, trace):
    """Name of the script module in whose loading the error happened, if any."""
    places = [error.filename] if isinstance(error, SyntaxError) else []
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "<module>":
            places.insert(0, trace.tb_frame.f_code.co_filename)
        trace = trace.tb_next
    for place in places:
        folder, name = os.path.split(place or "")
        if folder == os.path.dirname(__file__) and place not in (__file__, _stepwell_own_file):
            return os.path.splitext(name)[0]


def _stepwell_report(kind, error, trace):
    # What the author sees begins in the author's file.
    while trace is not None and trace.tb_frame.f_code.co_filename == _stepwell_own_file:
        trace = trace.tb_next
    sys.__excepthook__(kind, error.with_traceback(trace), trace)
    module = _stepwell_module_that_fails(error, trace)
    if module:
        _stepwell_message(
            "resultMessage",
            message="The script module {} cannot be loaded: {}: {}".format(module, kind.__name__, error),
        )


_stepwell_own_file = _stepwell_report.__code__.co_filename
sys.excepthook = _stepwell_report
__file__ = os.path.join(os.getcwd(), "Script.py")
sys.argv = [__file__] + _stepwell_parameters
with open(__file__, "rb") as _stepwell_source:
    _stepwell_source = _stepwell_source.read()
if b"base64" in _stepwell_source:
    import base64  # scripts rely on it, but it costs as much as starting python
if "Stepwell.PrintedVariables" in octopusvariables:
    printverbose(octopusvariables.pop("Stepwell.PrintedVariables"))
exec(compile(_stepwell_source, __file__, "exec", dont_inherit=True))
