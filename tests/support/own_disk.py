"""A small file system for one test, so that it can be filled."""
import os
import shutil
import subprocess


def mount_own_disk(folder, mib, without_loop=None):
    """Makes `folder`, with a journalled file system of that size where loop devices can be had; else one of the type
    `without_loop`. Returns the type, or None where there is neither."""
    os.makedirs(folder)
    image = folder + ".image"
    words = ["truncate", "-s", f"{mib}M", image], ["mkfs.ext4", "-q", "-F", image], ["mount", "-o", "loop", image, folder]
    if all(subprocess.run(each, stdout=subprocess.DEVNULL).returncode == 0 for each in words):
        return "ext4"
    if without_loop and subprocess.run(["mount", "-t", without_loop, "-o", f"size={mib}M,mode=755", without_loop, folder]).returncode == 0:
        return without_loop
    return None


def give_back(folder, good):
    """Unmounts it. What a test that failed left stays, with the log beside it."""
    subprocess.run(["cp", folder + "/log", folder + ".log"])
    subprocess.run(["umount", "-l", folder], stderr=subprocess.DEVNULL)
    if not good:
        return
    shutil.rmtree(folder, ignore_errors=True)
    for path in (folder + ".image", folder + ".log"):
        if os.path.exists(path):
            os.unlink(path)
