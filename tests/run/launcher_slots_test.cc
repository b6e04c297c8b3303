#include "run/launcher_slots.h"

#include "run/worker_support.h"

#include <gtest/gtest.h>

namespace stepwell::run {

TEST(LauncherSlots, remember_in_place_whether_a_slot_is_clean_and_who_cleaned_it) {
    TemporaryFolder folder;
    LauncherSlots const longer(folder.path(), "fe00-4781ce-longer", 61800, 1), shorter(folder.path(), "fe00", 61800, 1);
    std::vector<LauncherSlots::Slot> unclean;
    EXPECT_EQ(longer.take(unclean).uid, 0u);
    ASSERT_EQ(unclean.size(), 1u); // its state was unknown
    for (auto const* cleaner : {&longer, &shorter, &longer, &shorter}) {
        cleaner->set_clean(unclean[0], true);
        for (auto const* taker : {cleaner, &longer, &shorter}) {
            unclean.clear();
            {
                auto const slot = taker->take(unclean);
                ASSERT_EQ(slot.uid, 61800u);
                EXPECT_EQ(slot.cleaned_by_other, taker != cleaner);
            }
            EXPECT_EQ(longer.take(unclean).uid, 0u); // it was used and not cleaned since
            ASSERT_EQ(unclean.size(), 1u);
            cleaner->set_clean(unclean[0], true);
        }
    }
}

} // namespace stepwell::run
