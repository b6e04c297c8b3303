# Gives a script its values and helpers, then becomes it: the script runs in this module.
#
# Descriptor 3 holds (name NUL value NUL)*: pairs without a name first, the nonce in base64, what only Bash needs, and
# the parameters; then the values.
import binascii
import builtins
import os
import sys


def _stepwell_helper(function):
    """A function for scripts. A tracer, a profiler and the traceback of an error see no frame below it: tools that
    shorten values would show parts of them, which pass the mask. No frame below holds a part of a value either, because
    sys.monitoring sees all frames."""

    def helper(*arguments, **named):
        tracer, profiler = sys.gettrace(), sys.getprofile()
        if tracer is not None:
            sys.settrace(None)
        if profiler is not None:
            sys.setprofile(None)
        try:
            return function(*arguments, **named)
        except BaseException as error:
            del arguments, named
            raise error.with_traceback(None)
        finally:
            if profiler is not None:
                sys.setprofile(profiler)
            if tracer is not None:
                sys.settrace(tracer)

    helper.__name__ = helper.__qualname__ = function.__name__
    return helper


@_stepwell_helper
def encode(value):
    return binascii.b2a_base64(str(value).encode("utf-8", "surrogateescape"), newline=False).decode("ascii")


@_stepwell_helper
def decode(value):
    return binascii.a2b_base64(value).decode("utf-8", "surrogateescape")


def _stepwell_read():
    with open(3, "rb") as source:
        texts = [text.decode("utf-8", "surrogateescape") for text in source.read().split(b"\0")[:-1]]
    pairs = list(zip(texts[::2], texts[1::2]))
    unnamed = [value for name, value in pairs if not name]
    return unnamed[0], unnamed[2:], {name: value for name, value in pairs if name}


def _stepwell_begin():
    """Makes the helpers. They are builtins, so script modules have them too. The values are in no namespace or frame
    that is shown with an error: helpers hold methods of them only. Returns the function that writes a message, and the
    parameters."""
    nonce, parameters, variables = _stepwell_read()
    look_up, keep = variables.get, variables.__setitem__
    opening = ("##octopus[{}" + (" nonce='" + nonce + "'" if nonce else "")).format

    def send(kind, **attributes):
        written = "".join(" {}='{}'".format(key, encode(value)) for key, value in attributes.items())
        sys.stdout.write(opening(kind) + written + "]\n")
        sys.stdout.flush()

    def write(level, text):
        sys.stdout.write("{}]\n{}\n{}]\n".format(opening("stdout-" + level), text, opening("stdout-default")))
        sys.stdout.flush()

    def get_octopusvariable(key):
        return look_up(key, "")

    def set_octopusvariable(name, value, sensitive=False):
        keep(name, str(value))
        if sensitive:
            send("setVariable", name=name, value=value, sensitive="True")
        else:
            send("setVariable", name=name, value=value)

    def createartifact(path, fileName=None):
        path = os.path.abspath(path)
        length = os.path.getsize(path) if os.path.isfile(path) else 0
        send("createArtifact", path=path, name=fileName or os.path.basename(path), length=length)

    def updateprogress(progress, message=None):
        send("progress", percentage=progress, message="" if message is None else message)

    def failstep(message=None):
        if message is not None:
            send("resultMessage", message=message)
        sys.exit(-1)

    def printverbose(message):
        write("verbose", message)

    def printhighlight(message):
        write("highlight", message)

    def printwait(message):
        write("wait", message)

    def printwarning(message):
        write("warning", message)

    for function in (get_octopusvariable, set_octopusvariable, createartifact, updateprogress, failstep, printverbose,
                     printhighlight, printwait, printwarning):
        setattr(builtins, function.__name__, _stepwell_helper(function))
    builtins.octopusvariables = variables
    return send, parameters


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
        _stepwell_send(
            "resultMessage",
            message="The script module {} cannot be loaded: {}: {}".format(module, kind.__name__, error),
        )


_stepwell_own_file = _stepwell_report.__code__.co_filename
_stepwell_send, _stepwell_parameters = _stepwell_begin()
sys.excepthook = _stepwell_report
__file__ = os.path.join(os.getcwd(), "Script.py")
sys.argv = [__file__] + _stepwell_parameters
del _stepwell_parameters
with open(__file__, "rb") as _stepwell_source:
    _stepwell_source = _stepwell_source.read()
if b"base64" in _stepwell_source:
    import base64  # scripts rely on it, but it costs as much as starting python
if "Stepwell.PrintedVariables" in octopusvariables:
    printverbose(octopusvariables.pop("Stepwell.PrintedVariables"))
_stepwell_source = compile(_stepwell_source, __file__, "exec", dont_inherit=True)
exec(_stepwell_source)
