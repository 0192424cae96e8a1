package io.espalier;

import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import ai.djl.ndarray.NDManager;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.espalier.nn.HostData;
import org.junit.jupiter.api.Test;

/**
 * Arrays of the heap become arrays of the device through {@link HostData} alone: those of DJL's own
 * {@code create} borrow a buffer that the garbage collector may free while kernels still use it.
 */
class BorrowedArraysTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.espalier");

  @Test
  void noArrayBorrowsABufferOfTheHeap() {
    DescribedPredicate<JavaCall<?>> borrows =
        DescribedPredicate.describe(
            "make an array that borrows a buffer",
            call ->
                call.getTargetOwner().isAssignableTo(NDManager.class)
                    && call.getName().equals("create")
                    && call.getTarget().getRawParameterTypes().get(0).isArray());
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(HostData.class.getName())
        .should(callMethodWhere(borrows))
        .check(CLASSES);
  }
}
